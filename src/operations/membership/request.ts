import type { ConnectOptions, WriteOptions } from '../../cli/deps.ts';
import type { GuardOptions } from './guard.ts';
import type { InputOptions } from './member-input.ts';

/** What a verb that changes the members of one group asks for, each part for those who need it. */
export interface MembershipRequest {
  readonly target: {
    readonly server: ConnectOptions;
    /** The group's name, slug or id, as typed. */
    readonly group: string;
  };
  readonly write: WriteOptions;
  readonly guards: GuardOptions;
  readonly input: InputOptions;
}
