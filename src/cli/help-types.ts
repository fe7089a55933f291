/** What the help page of a verb has besides its options. */
export interface HelpDetails {
  readonly examples: readonly string[];
  /** The shape of --json; undefined for a command that prints no result. */
  readonly json: string | undefined;
  readonly exitCodes: readonly (readonly [number, string])[];
  /** The long names of the options that must be there. */
  readonly required: readonly string[];
  /** Of each of these sets at least one must be there. */
  readonly oneOf: readonly (readonly string[])[];
}

/** How help pages are printed: a setting of the root. */
export interface HelpSettings<C> {
  /** The columns of the terminal; undefined: not a terminal. */
  readonly columns: number | undefined;
  /** With the options that all commands share, the JSON and the exit codes. */
  all: boolean;
  readonly page: (command: C, settings: HelpSettings<C>) => string;
}
