/** How a server may write what it was sent: as it is, or as JSON, HTML or a part of a URL. */
export function formsOf(secret: string): string[] {
  const percent = encodeURIComponent(secret);
  return [
    ...new Set([
      secret,
      percent,
      percent.replace(/%../g, (code) => code.toLowerCase()),
      JSON.stringify(secret).slice(1, -1),
      // As .NET writes JSON.
      escaped(secret, (code) => `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`),
      escaped(secret, (code) => `&#${code};`),
      escaped(secret, (code) => `&#x${code.toString(16).toUpperCase()};`),
      Buffer.from(secret).toString('base64'),
    ]),
  ];
}

/** The text with the characters that HTML gives a meaning to, and `+`, in another form. */
function escaped(text: string, form: (code: number) => string): string {
  return text.replace(/[&<>"'+]/g, (char) => form(char.charCodeAt(0)));
}
