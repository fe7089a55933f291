/** The scripts that `groupctl completion` prints: each asks `groupctl __complete` what could come. */

import type { Shell } from './shells.ts';

const BASH = `# bash completion for groupctl. Load it with:
#   source <(groupctl completion bash)
_groupctl() {
  local each
  COMPREPLY=()
  # Not by splitting words: a group may be called *, and that is not the files of this folder.
  while IFS= read -r each; do
    [[ -n $each ]] && COMPREPLY+=("$(printf '%q' "$each")")
  done < <(groupctl __complete bash "=\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)
}
complete -o default -F _groupctl groupctl
`;

const ZSH = `#compdef groupctl
# zsh completion for groupctl. Load it with:
#   source <(groupctl completion zsh)
_groupctl() {
  local -a found
  found=("\${(@f)$(groupctl __complete zsh "=\${(Q)words[CURRENT]}" "\${(@Q)words[2,CURRENT-1]}" 2>/dev/null)}")
  found=(\${found:#})
  if (( \${#found} )); then
    compadd -a found
  else
    _files
  fi
}
if [[ "\${funcstack[1]}" = _groupctl ]]; then
  _groupctl "$@"
else
  compdef _groupctl groupctl
fi
`;

const FISH = `# fish completion for groupctl. Load it with:
#   groupctl completion fish | source
function __groupctl_complete
    set -l before (commandline -opc)
    set -l found (groupctl __complete fish "="(commandline -ct) $before[2..-1] 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c groupctl -f -a '(__groupctl_complete)'
`;

const POWERSHELL = `# PowerShell completion for groupctl. Load it with:
#   groupctl completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName groupctl -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.ToString().Trim('"', "'") })
    & groupctl __complete powershell "=$wordToComplete" @before 2>$null | ForEach-Object {
        $text = if ($_ -match '\\s') { "'" + $_.Replace("'", "''") + "'" } else { $_ }
        [System.Management.Automation.CompletionResult]::new($text, $_, 'ParameterValue', $_)
    }
}
`;

export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: BASH,
  zsh: ZSH,
  fish: FISH,
  powershell: POWERSHELL,
};
