/**
 * Secrets of this run, so that nothing that is printed or stored can hold one: not even a server's
 * answer that echoes the key it was sent.
 */
export class Redactor {
  readonly #secrets = new Set<string>();

  /** Registers a secret and the forms it travels in. Very short ones would redact plain words. */
  add(secret: string | undefined): void {
    if (secret === undefined || secret.length < 4) return;
    const encoded = Buffer.from(secret, 'utf8').toString('base64');
    const jsonForm = JSON.stringify(secret).slice(1, -1);
    // A header's bytes as a server shows them that takes them for Latin-1.
    const misread = Buffer.from(secret, 'utf8').toString('latin1');
    for (const form of [secret, safeUriComponent(secret), encoded, jsonForm, misread]) {
      this.#secrets.add(form);
    }
  }

  /** The text with every known secret replaced by `***`. */
  clean(text: string): string {
    let cleaned = text;
    // Longest first: a password inside `user:password` must not leave half of it behind.
    const longestFirst = [...this.#secrets].sort((a, b) => b.length - a.length);
    for (const secret of longestFirst) cleaned = cleaned.replaceAll(secret, '***');
    return cleaned;
  }
}

/** Percent-encoding that takes a lone surrogate for what it is instead of throwing. */
function safeUriComponent(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
