import { errnoOf } from '../errors.ts';

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EBUSY: 'it is in use',
  EPIPE: 'the program that read it has ended',
  EIO: 'the disk reports an error',
  ENXIO: 'it cannot be opened as a file',
  ERR_INVALID_ARG_VALUE: 'the path holds a NUL character',
};

/** Why a file could not be opened, read or written, in words. */
export function errnoInWords(error: unknown): string {
  const errno = errnoOf(error);
  if (errno === undefined) return error instanceof Error ? error.message : String(error);
  return WORDS[errno] ?? errno;
}
