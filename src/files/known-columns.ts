import { unicodePattern } from '../domain/unicode-pattern.ts';

/** What the columns of a file, or the keys of its objects, are called that this program knows. */

/**
 * The words for columns with names, the first of a file counts: what this program writes, then what
 * others call a login, and last `Name`, which in most exports is what a person is called.
 */
const WORDS = {
  member: list(
    'members membername memberobjectidorupn mitglied mitglieder membre membres' +
      ' miembro miembros membro membri leden czlonek członek czlonkowie członkowie',
  ),
  user: list('users benutzer nutzer utilisateur usuario utente utilizador gebruiker uzytkownik'),
  username: list(
    'usernames benutzername nutzername nomutilisateur nomdutilisateur nombreusuario' +
      ' nombredeusuario nomeutente nomeusuario nomedeusuario gebruikersnaam nazwauzytkownika',
  ),
  login: list(
    'logins loginname loginid logon logonname logonid userlogin userlogonname userid' +
      ' anmeldename benutzeranmeldename benutzerid benutzerkennung kennung identifiant' +
      ' nomdeconnexion iniciodesesion nombredeiniciodesesion inlognaam aanmeldnaam' +
      ' loginuzytkownika',
  ),
  samaccountname: list('prewindows2000logonname ntaccount ntaccountname windowsaccount'),
  userprincipalname: list('upn'),
  account: list(
    'accounts accountname useraccount konto kontoname benutzerkonto compte' +
      ' nomducompte nomdecompte cuenta nombredecuenta conta accountnaam nazwakonta',
  ),
  alias: list('mailnickname'),
  email: list(
    'mail emailaddress mailaddress primarysmtpaddress smtpaddress primaryemail' +
      ' primaryemailaddress memberemail useremail emailadresse mailadresse courriel adressemail' +
      ' adresseemail adresseelectronique adressedecourriel adressedemessagerie correo' +
      ' correoelectronico direcciondecorreo postaelettronica indirizzoemail emailadres mailadres' +
      ' adresemail',
  ),
  name: [],
} as const;

/** Words that were spelt with blanks between them, to be short. */
function list(words: string): readonly string[] {
  return words.split(' ');
}

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

const EMAIL_RANK = KNOWN.indexOf('email');

/** True for a column of user names: of logins, but for e-mail addresses. */
export function isUserName(cell: string): boolean {
  return (rankOf(cell) ?? NAME_RANK) < EMAIL_RANK;
}

const GROUP_WORDS: ReadonlySet<string> = new Set(
  list(
    'group groups groupname groupnames groupid groupids groupslug groupdisplayname groupemail' +
      ' securitygroup securitygroups securitygroupname adgroup adgroups memberof usergroup usergroups' +
      ' gruppe gruppen gruppenname sicherheitsgruppe benutzergruppe groupe groupes nomdugroupe' +
      ' nomdegroupe groupedesecurite grupo grupos nombredegrupo nombredelgrupo nomedogrupo gruppo' +
      ' gruppi nomegruppo groep groepen groepsnaam grupa grupy nazwagrupy',
  ),
);

/** True for a column that says which group a row is about. */
export function isGroupColumn(cell: string): boolean {
  return wordsOf(cell).some((word) => GROUP_WORDS.has(word));
}

const PERSON_WORDS: ReadonlySet<string> = new Set(
  list(
    'firstname givenname forename vorname prenom voornaam imie surname lastname familyname nachname' +
      ' nomdefamille apellido apellidos cognome achternaam nazwisko distinguishedname dn',
  ),
);

/** True for a column of first or family names, or of a directory: `Name` beside it is no login. */
export function isAboutPerson(cell: string): boolean {
  return wordsOf(cell).some((word) => PERSON_WORDS.has(word));
}

const OTHER_WORDS: ReadonlySet<string> = new Set(
  list(
    'team teams department dept division company organization office location city country abteilung' +
      ' firma title jobtitle role roles status state enabled active objectclass principalsource' +
      ' description comment note notes phone mobile created modified date',
  ),
);

/** True for a column that people often have beside their names, and that holds no logins. */
export function isAboutElse(cell: string): boolean {
  return wordsOf(cell).some((word) => OTHER_WORDS.has(word));
}

/** True if two headers are the same word: case, spaces, underscores, hyphens and dots aside. */
export function isSameHeader(a: string, b: string): boolean {
  const words = wordsOf(b);
  return wordsOf(a).some((word) => words.includes(word));
}

/** `User name [userPrincipalName] Required`, of an import template, is known by what is in brackets. */
const TEMPLATE = /^.+\[([^[\]]+)\]$/;
/** `Email Address [Required]`: what a template says of the column, and not what it is called. */
const MANDATE =
  /(?<!\s)\s*(?:\[(?:required|optional)\]|\((?:required|optional)\)|\s(?:required|optional)|\*)$/i;

function wordsOf(cell: string): string[] {
  const called = visible(cell).replace(MANDATE, '');
  const key = TEMPLATE.exec(called)?.[1];
  return (key === undefined ? [called] : [key, called]).map(plainWord);
}

const betweenLetters = unicodePattern("[\\p{M}\\s_.'\u2019-]+", 'gu');

/** `Nom d’utilisateur` is `nomdutilisateur`. */
function plainWord(text: string): string {
  return text.normalize('NFKD').toLowerCase().replace(betweenLetters(), '');
}

/** Without what cannot be seen, which is pasted in with a header now and then. */
export function visible(text: string): string {
  return text.replace(invisible(), '').trim();
}

const invisible = unicodePattern('[\\p{Cc}\\p{Default_Ignorable_Code_Point}]', 'gu');
