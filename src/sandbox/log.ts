/** What was asked of a sandbox, for tests to look at. Headers are never kept: they hold keys. */

const MAX_ENTRIES = 10_000;
const MAX_BODY_CHARS = 64 * 1024 * 1024;

/** A request as the log shows it. */
export interface LoggedRequest {
  readonly method: string;
  /** With the query, as sent. */
  readonly path: string;
  /** 0 until there is an answer, and for ever if the connection was cut instead. */
  readonly status: number;
  /** Where there was one, and it was JSON. */
  readonly body?: unknown;
}

/** A request while it is handled. */
export interface LogEntry {
  readonly method: string;
  readonly path: string;
  status: number;
  text: string;
}

/** The last 10,000 requests in the order they came in; fewer where their bodies are long. */
export class RequestLog {
  #entries: LogEntry[] = [];
  #chars = 0;

  /** Notes a request as it comes in. */
  add(method: string, path: string): LogEntry {
    const entry = { method, path, status: 0, text: '' };
    this.#entries.push(entry);
    this.#trim();
    return entry;
  }

  /** Notes the body, once it has been read. */
  setBody(entry: LogEntry, text: string): void {
    // The log may have been cleared since.
    if (this.#entries.lastIndexOf(entry) < 0) return;
    entry.text = text;
    this.#chars += text.length;
    this.#trim();
  }

  list(): LoggedRequest[] {
    return this.#entries.map(({ method, path, status, text }) => {
      const body = parsed(text);
      return { method, path, status, ...(body !== undefined && { body }) };
    });
  }

  clear(): void {
    this.#entries = [];
    this.#chars = 0;
  }

  #trim(): void {
    while (this.#entries.length > MAX_ENTRIES || this.#chars > MAX_BODY_CHARS) {
      this.#chars -= this.#entries.shift()?.text.length ?? 0;
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
