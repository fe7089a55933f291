import type { Group } from '../../domain/group.ts';
import type { ChangeResult } from '../../domain/outcome.ts';
import { presentChange } from './change.ts';
import type { Presentation } from '../present.ts';

export interface CopyResult extends ChangeResult {
  /** The group that was copied. */
  readonly from: { readonly source: string; readonly kind: string; readonly group: Group };
}

/** The members of a group added to another one, as it is printed. */
export function presentCopy(result: CopyResult): Presentation {
  return presentChange(result, { more: { from: result.from } });
}
