/** The parser, in a file of dist/ that is loaded where a CSV text has quotes. */
export { parse } from 'csv-parse/sync';
