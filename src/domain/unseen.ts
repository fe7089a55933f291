/**
 * What cannot be seen in a name, or looks like a space and is none: control characters, halves of
 * surrogate pairs, line and paragraph separators, what Unicode calls ignorable (joiners, bidirectional
 * marks, soft hyphens, fillers, tags, variation selectors), marks for annotations, the blank pattern
 * of Braille, and the spaces that are not the one of the keyboard. The wide space of East Asian text
 * (U+3000) is seen, and stands in names there.
 *
 * The inside of a character class, for expressions with the flag `u`.
 */
export const UNSEEN =
  '\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\ufff9-\\ufffb\\u2800' +
  '\\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f';
