/** One stream of the process, as commands see it. */
export interface OutputStream {
  write(text: string): void;
  readonly isTTY: boolean;
  /** The width of the terminal in characters, where it is one and tells. */
  readonly columns?: number | undefined;
}

/** A question on the terminal. */
export interface Question {
  readonly text: string;
  /** What is typed is not shown. */
  readonly hidden?: boolean;
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
}

export type OutputFormat = 'human' | 'json' | 'csv' | 'yaml';

/** How a run speaks: decided once from the options. */
export interface OutputSettings {
  readonly format: OutputFormat;
  /** A JMESPath expression over the JSON document. */
  readonly query?: string;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: boolean;
}
