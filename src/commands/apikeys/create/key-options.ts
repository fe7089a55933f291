import type { OptionAdder } from '../../../cli/option-adder.ts';

/** The options of every new key. */
export function addNewKeyOptions(add: OptionAdder): void {
  add.value('--name <name>', 'name of the key');
  add.value('--description <text>', 'what it is for');
  add.value('--expiration <date>', 'the day it expires, such as 2031-01-31; later than today');
  add.choice('--logging <what>', 'what the server logs', LOGGING, 'none');
  add.value('--key <key>', 'the key itself (default: the server chooses one)');
  add.value('--save-source <name>', 'save it as this source, and do not print it');
}

const LOGGING = ['none', 'request', 'response', 'both'];
