/** One stream of the process, as commands see it. */
export interface OutputStream {
  write(text: string): void;
  /** Waits for a reader that is slower; without it the text waits in memory. */
  drained?(): Promise<void>;
  readonly isTTY: boolean;
  /** The width of the terminal in characters, where it is one and tells. */
  readonly columns?: number | undefined;
  /** Its height in lines. */
  readonly rows?: number | undefined;
}

/** A question on the terminal. */
export interface Question {
  readonly text: string;
  /** What is typed is not shown. */
  readonly hidden?: boolean;
}

/** Shows text in the program that a person reads long lists with. */
export interface Pager {
  /** Resolves when the next text may come. */
  write(text: string): void | Promise<void>;
  /** Resolves when the person has left it. */
  end(): Promise<void>;
}

/** The process's streams. stdout is the result, stderr is everything else. */
export interface Io {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly stdinIsTTY: boolean;
  /** Everything on stdin, to its end; rejects when the signal is aborted. */
  readStdin(signal: AbortSignal): Promise<Buffer>;
  /**
   * Asks on stderr and reads a line from stdin, both of them terminals.
   *
   * @returns undefined when it is cancelled: an interrupt, Ctrl-C, Esc, end of input
   */
  readLine?(question: Question, signal: AbortSignal): Promise<string | undefined>;
  /** Starts a pager on the terminal; rejects where it cannot be started. */
  openPager?(command: PagerCommand): Promise<Pager>;
}

/** The command of a pager, and the variables that it gets. */
export interface PagerCommand {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

export const OUTPUT_FORMATS = ['human', 'json', 'csv', 'yaml', 'table'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** How a run prints, decided once from the options. */
export interface OutputSettings {
  readonly format: OutputFormat;
  /** A JMESPath expression over the JSON document. */
  readonly query?: string;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Lists that are longer than the screen are shown with it. */
  readonly pager?: PagerCommand | undefined;
  readonly color: boolean;
}
