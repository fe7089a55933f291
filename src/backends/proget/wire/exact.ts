/** Finds what a group would lose on its way through JavaScript and back to the server. */

export interface Inexact {
  /** Where it is: `limits.max`, `ids[2]`. */
  readonly property: string;
  /** Why it cannot be written back as it is, the rest of a sentence. */
  readonly why: string;
}

/** An object or array that is open at a place of the text. */
interface Open {
  readonly isObject: boolean;
  /** The names that an object has so far. */
  readonly names: Set<string>;
  /** The latest name of an object, or the place in an array. */
  key: string | number;
  /** In an object: the next string is a name. */
  atName: boolean;
}

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * The first property of one element that would be another one once it was parsed and written again:
 * a number that a double cannot hold, or a name that is there twice.
 *
 * @param json valid JSON, an array
 * @param element the place of the element, from 0
 */
export function inexactProperty(json: string, element: number): Inexact | undefined {
  const open: Open[] = [];
  const found = (why: string): Inexact => ({ property: pathOf(open.slice(1)), why });
  for (let at = 0; at < json.length; at++) {
    const [list] = open;
    const inner = open.at(-1);
    const isInElement = open.length > 1 && list?.key === element;
    switch (json[at]) {
      case '"': {
        const end = endOfString(json, at);
        if (inner?.isObject === true && inner.atName) {
          inner.atName = false;
          if (isInElement) {
            const name = JSON.parse(json.slice(at, end + 1)) as string;
            inner.key = name;
            if (inner.names.has(name)) return found('occurs twice');
            inner.names.add(name);
          }
        }
        at = end;
        break;
      }
      case '{':
      case '[': {
        const isObject = json[at] === '{';
        open.push({ isObject, names: new Set(), key: isObject ? '' : 0, atName: isObject });
        break;
      }
      case '}':
      case ']':
        open.pop();
        if (open.length === 1 && list?.key === element) return undefined;
        break;
      case ',':
        if (inner?.isObject === true) inner.atName = true;
        else if (inner !== undefined) inner.key = Number(inner.key) + 1;
        break;
      default: {
        NUMBER.lastIndex = at;
        const number = NUMBER.exec(json)?.[0];
        if (number === undefined) break;
        if (isInElement && !survives(number)) {
          const shown = number.length > 40 ? `${number.slice(0, 40)}…` : number;
          return found(`is the number ${shown}, which would change`);
        }
        at += number.length - 1;
      }
    }
  }
  return undefined;
}

function endOfString(json: string, from: number): number {
  for (let at = json.indexOf('"', from + 1); at !== -1; at = json.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (json[at - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return json.length;
}

/** True for a number that is written back with the same value: `1.0` as `1`, but no `-0`. */
function survives(number: string): boolean {
  if (/^-?[1-9]\d{0,14}$/.test(number)) return true;
  const written = JSON.stringify(Number(number));
  return written !== 'null' && plainDecimal(written) === plainDecimal(number);
}

/** The value of a JSON number in one form: sign, digits without zeros at the ends, exponent. */
function plainDecimal(number: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(number) ?? [];
  const all = `${whole}${fraction}`.replace(/^0+/, '');
  const digits = all.replace(/(?<!0)0+$/, '');
  if (digits === '') return `${sign}0`;
  const scale = BigInt(exponent) - BigInt(fraction.length) + BigInt(all.length - digits.length);
  return `${sign}${digits}e${scale}`;
}

/** `limits.max`, `ids[2]` */
function pathOf(open: readonly Open[]): string {
  return open
    .map(({ isObject, key }, at) => (isObject ? `${at === 0 ? '' : '.'}${key}` : `[${key}]`))
    .join('');
}
