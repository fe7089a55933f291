import { withList } from './list.ts';
import { register as prune } from './prune.ts';
import { register as show } from './show.ts';

/** `history` lists the runs; its other verbs stand below it. */
export const register = withList([show, prune]);
