/** One stream of the process, as commands see it. */
export interface OutputStream {
  write(text: string): void;
  readonly isTTY: boolean;
}

/** The process's streams. stdout is the result, stderr is everything else. */
export interface Io {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly stdinIsTTY: boolean;
  /** Everything on stdin, as text. */
  readStdin(): Promise<string>;
}

export type OutputFormat = 'human' | 'json' | 'csv';

/** How a run speaks: decided once from the options. */
export interface Speech {
  readonly format: OutputFormat;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly color: boolean;
}
