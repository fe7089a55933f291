import type { GroupDirectory } from '../backends/port.ts';
import { EVERY_SPELLING, NO_ACCOUNTS } from '../domain/accounts.ts';
import type { Accounts } from '../domain/names.ts';

/**
 * Which of these names are one account's on this server.
 *
 * @param others names that these are compared with, besides each other
 * @throws what asking the server for its accounts throws
 */
export async function accountsAmong(
  directory: Pick<GroupDirectory, 'caseInsensitive' | 'accountsAmong'>,
  names: readonly string[],
  others?: readonly string[],
): Promise<Accounts> {
  if (!directory.caseInsensitive) return EVERY_SPELLING;
  return (await directory.accountsAmong?.(names, others)) ?? NO_ACCOUNTS;
}
