import { isDone } from '../../domain/outcome.ts';
import type { GroupctlError } from '../../errors.ts';
import type { RefusalScope } from '../per-member/member-store.ts';
import { isOfTheGroup, isOfUsers } from './wire/hints.ts';
import { LOGIN_CODES } from './wire/login-refusal.ts';

/** Refusals that are about the credentials, and not about a member. */
const ABOUT_CREDENTIALS: ReadonlySet<string> = new Set([
  ...LOGIN_CODES,
  'organization-unknown',
  'token-refused',
  'permission-denied',
  'permission-boundary',
]);

function isAboutGroup({ status, serverText = '' }: GroupctlError): boolean {
  return status === 404 && /find group/i.test(serverText);
}

const saysAlready: RefusalScope['saysAlready'] = ({ op }, { serverText = '' }) => {
  const words = op === 'add' ? /already (part|a member) of/i : /not (part|a member) of the group/i;
  return words.test(serverText);
};

const saysNobody: RefusalScope['saysNobody'] = ({ serverText = '' }) =>
  /part of the organization|find user/i.test(serverText);

/** What Infisical's refusals are about (contract: "Outcomes"). */
export const REFUSALS: RefusalScope = {
  isAboutCredentials: ({ code }) => ABOUT_CREDENTIALS.has(code),
  isAboutGroup,
  // Machine identities are not barred (contract: "Machine identities"), nor always additions ("Sub-organizations").
  isAboutKind: ({ kind, serverText = '' }) => kind === 'refused' && isOfUsers(serverText),
  saysAlready,
  saysNobody,
  // A 500 of adding a machine identity that broke the unique key (contract: "Machine identities").
  isTwinAdd: ({ op, type }, { status, serverError }) =>
    op === 'add' && type === 'identity' && status === 500 && serverError === 'Create',
  endsWholeRun(row, error) {
    // The list can still be read, but the group is gone: the next rows get the same answer.
    if (isAboutGroup(error)) return true;
    if (isDone(row.outcome) || row.outcome === 'no-such-user') return false;
    const { kind, serverText = '' } = error;
    if (saysAlready(row, error) || saysNobody(error)) return false;
    if (kind === 'refused') return isOfTheGroup(serverText);
    return kind !== 'not-found';
  },
};
