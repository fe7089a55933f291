import { safeText } from './safe-text.ts';

/** Fields of things that servers keep, for people. */

/** `feedScoped` as `feed scoped`. */
export function fieldInWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** `none` for what is empty, `yes` and `no`, lists with commas, things of several fields in parentheses. */
export function fieldValue(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(fieldValue).join(', ') || 'none';
  if (typeof value === 'object' && value !== null) return `(${fieldList(value, ', ')})`;
  return value === '' ? 'none' : safeText(String(value));
}

/** `name: jsmith; email: john@corp.example` */
export function fieldList(fields: object, between = '; '): string {
  const all: [string, unknown][] = Object.entries(fields);
  return all.map(([name, value]) => `${fieldInWords(name)}: ${fieldValue(value)}`).join(between);
}
