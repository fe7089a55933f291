import { defined } from '../../domain/defined.ts';
import { KIND_NAMES } from '../../backends/kinds.ts';
import type { AppCommand } from '../../cli/command.ts';
import type { Deps } from '../../cli/deps.ts';
import { describeSource, type Source } from '../../domain/source.ts';
import type { SourceFields } from '../../operations/sources.ts';
import { warnIgnored } from '../../operations/membership/ignored-options.ts';
import { type VerbResult, registerVerb, type Start } from '../../cli/verb.ts';
import { addCredentialOptions, addOutputOptions, addSettleOption } from '../../cli/options.ts';
import { presentSourceSaved, type SourceSaved } from '../../output/results/source.ts';

export interface Options extends SourceFields {
  readonly name?: string;
  readonly url: string;
}

export const DIALECTS = ['auto', 'update', 'add'];

export function register(parent: AppCommand, start: Start): void {
  registerVerb<Options, SourceSaved>(parent, start, {
    name: 'add',
    summary: 'Add a source, or replace the one of that name.',
    options: (add) => {
      add.value('--name <name>', 'name of the source (default: Default)');
      add.required('--url <url>', 'base URL of the server; us or eu for Infisical Cloud');
      add.choice('--kind <kind>', 'kind of server (infisical for us and eu)', KIND_NAMES, 'proget');
      addCredentialOptions(add);
      add.value('--feed <feed>', 'default feed');
      add.choice('--dialect <dialect>', 'how ProGet members are written', DIALECTS, 'auto');
      addSettleOption(add);
      add.flag('--no-user-check', 'accept names that the server does not list (AD, LDAP)');
      add.value(
        '--self <name>',
        'your own account on that server, so groupctl never removes it by mistake',
      );
      add.flag('--plain-text', 'accepted for pgutil; has no effect');
      addOutputOptions(add);
    },
    examples: [
      'groupctl sources add --url=https://proget.corp.local/ --api-key=abc12345',
      'groupctl sources add --name=prod --url=https://proget.corp.local/ --api-key-stdin < key.txt',
      'groupctl sources add --name=cloud --url=us --client-id=… --client-secret-stdin < secret.txt',
      'groupctl sources add --name=branch --url=us --client-id=… --client-secret-stdin --organization-slug=branch < secret.txt',
      'groupctl sources add --name=old --url=https://old.corp.local/ --api-key=abc12345 --dialect=add',
    ],
    json: '{"source":{"name","kind","url","auth","feed"?,"dialect"?,"settle"?,"userCheck"?,"self"?,"organizationSlug"?},"replaced"}',
    exitCodes: [
      [0, 'saved'],
      [2, 'usage, or a configuration file that cannot be used'],
      [8, 'another groupctl is writing the file'],
    ],
    run,
    present: presentSourceSaved,
  });
}

/** Saves one source; the server is not asked (see `sources test`). */
export async function run(options: Options, deps: Deps): Promise<VerbResult<SourceSaved>> {
  const { assertUsableName, readCredentials } = await import('../../operations/sources.ts');
  const { kindOfUrl, normalizeUrl } = await import('../../state/sources/choose.ts');
  const name = (options.name ?? 'Default').trim();
  assertUsableName(name);
  const kind = kindOfUrl(options.url, options.kind);
  const url = normalizeUrl(options.url);
  const credentials = await readCredentials(kind, options, deps);
  const { feed, dialect, settle, self, organizationSlug } = options;
  const source: Source = {
    name,
    kind,
    url,
    ...defined({ credentials, feed, dialect, settle }),
    ...(options.userCheck === false ? { userCheck: false } : {}),
    ...defined({ self, organizationSlug }),
  };
  const replaced = await (await deps.sources()).save(source);
  warnIgnored(source, options, (message) => deps.warn(message));
  if (credentials === undefined) {
    deps.warn(
      'The source has no credentials. Add it again with --api-key-stdin, or pass credentials with each command.',
    );
  }
  return {
    result: {
      source: describeSource(source),
      ...(replaced === undefined ? {} : { replaced: describeSource(replaced) }),
    },
  };
}
