/**
 * Whether a command line asks for JSON, read from its words: where the options may be what is wrong, and
 * where no command runs any more.
 */
export function asksForJson(argv: readonly string[]): boolean {
  return argv.some((word, at) => {
    if (word === '--json' || word.toLowerCase() === '-ojson') return true;
    const [name = '', value = argv[at + 1]] = word.split('=');
    if (name === '--query') return true;
    return (name === '--output' || name === '-o') && value?.toLowerCase() === 'json';
  });
}
