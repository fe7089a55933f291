/** What the columns of a file, or the keys of its objects, are called that this program knows. */

/**
 * The words for columns with names, the first of a file counts: what this program writes, then what
 * others call a login, and last `Name`, which in most exports is what a person is called.
 */
const WORDS = {
  member: ['members', 'membername', 'memberobjectidorupn'],
  user: ['users'],
  username: ['usernames'],
  login: ['loginname', 'loginid', 'logon', 'logonname', 'logonid', 'userlogin', 'userlogonname'],
  samaccountname: ['prewindows2000logonname'],
  userprincipalname: ['upn'],
  account: ['accountname', 'useraccount'],
  email: ['mail', 'emailaddress', 'mailaddress'],
  name: [],
} as const;

const KNOWN = Object.keys(WORDS);
const NAME_RANK = KNOWN.length - 1;

let ranks: ReadonlyMap<string, number> | undefined;

/** From each word to its place in {@link WORDS}; made when a first file is read. */
function rankOfWord(word: string): number | undefined {
  ranks ??= new Map(
    Object.entries(WORDS).flatMap(([known, others], rank) =>
      [known, ...others].map((each) => [each, rank] as const),
    ),
  );
  return ranks.get(word);
}

/** How many ranks there are. */
export const RANKS = KNOWN.length;

/** The rank of a column with names, the lowest counts first; undefined for another column. */
export function rankOf(cell: string): number | undefined {
  for (const word of wordsOf(cell)) {
    const rank = rankOfWord(word);
    if (rank !== undefined) return rank;
  }
  return undefined;
}

/** True for a column that says how somebody logs in, and not what they are called. */
export function isLogin(cell: string): boolean {
  return (rankOf(cell) ?? NAME_RANK) < NAME_RANK;
}

const GROUP_WORDS: ReadonlySet<string> = new Set([
  'group',
  'groups',
  'groupname',
  'groupid',
  'groupslug',
  'groupdisplayname',
  'securitygroup',
  'securitygroupname',
  'adgroup',
  'memberof',
]);

/** True for a column that says which group a row is about. */
export function isGroupColumn(cell: string): boolean {
  return wordsOf(cell).some((word) => GROUP_WORDS.has(word));
}

/** True if two headers are the same word: case, spaces, underscores, hyphens and dots aside. */
export function isSameHeader(a: string, b: string): boolean {
  const words = wordsOf(b);
  return wordsOf(a).some((word) => words.includes(word));
}

/** `User name [userPrincipalName] Required`, of an import template, is known by what is in brackets. */
const TEMPLATE = /^.+\[([^[\]]+)\](?:\s+(?:required|optional))?$/i;

function wordsOf(cell: string): string[] {
  const key = TEMPLATE.exec(visible(cell))?.[1];
  return (key === undefined ? [cell] : [key, cell]).map(plainWord);
}

function plainWord(text: string): string {
  return visible(text)
    .toLowerCase()
    .replace(/[\s_.-]+/g, '');
}

/** Without what cannot be seen, which is pasted in with a header now and then. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Default_Ignorable_Code_Point}]/gu, '').trim();
}
