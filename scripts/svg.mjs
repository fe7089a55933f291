// What a terminal shows, as a picture.

const FONT = 14;
const CELL = 8.4;
const LINE = 20;
const EDGE = 16;

/** The colours of the terminal, by what switches them on. */
const STYLES = {
  1: 'font-weight="bold"',
  2: 'fill="#8b949e"',
  31: 'fill="#ff7b72"',
  32: 'fill="#7ee787"',
};
const ENDS = new Set(['0', '22', '39']);

/** @param text with the escape sequences of bold, dim, red and green */
export function svg(text) {
  const lines = text.split('\n').map(piecesOf);
  const columns = Math.max(...lines.map((pieces) => widthOf(pieces)));
  const width = Math.ceil(columns * CELL + 2 * EDGE);
  const height = lines.length * LINE + 2 * EDGE;
  const rows = lines.map((pieces, at) => rowOf(pieces, EDGE + (at + 0.75) * LINE));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="100%" height="100%" rx="8" fill="#161b22"/>`,
    `<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="${FONT}" fill="#e6edf3" xml:space="preserve">`,
    ...rows.filter((row) => row !== ''),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** A line in pieces of one style each. */
function piecesOf(line) {
  const pieces = [];
  let style;
  // eslint-disable-next-line no-control-regex -- escape sequences
  for (const part of line.split(/\u001b\[(\d+)m/).entries()) {
    const [at, text] = part;
    if (at % 2 === 1) style = ENDS.has(text) ? undefined : STYLES[text];
    else if (text !== '') pieces.push({ text, style });
  }
  return pieces;
}

function widthOf(pieces) {
  return pieces.reduce((sum, { text }) => sum + [...text].length, 0);
}

/** Each piece has its place, so that the columns stand in line in any font. */
function rowOf(pieces, y) {
  let column = 0;
  const spans = pieces.map(({ text, style }) => {
    const x = (EDGE + column * CELL).toFixed(1);
    const length = [...text].length;
    column += length;
    const size = (length * CELL).toFixed(1);
    const more = style === undefined ? '' : ` ${style}`;
    return `<tspan x="${x}" textLength="${size}" lengthAdjust="spacingAndGlyphs"${more}>${escaped(text)}</tspan>`;
  });
  return spans.length === 0 ? '' : `<text y="${y.toFixed(1)}">${spans.join('')}</text>`;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
