import type { MemberFile } from '../../files/member-file.ts';
import type { RequestedMember } from './plan.ts';

export interface TypedInput {
  readonly typed: readonly RequestedMember[];
  readonly file: MemberFile | undefined;
}
