/** The names that Windows keeps for devices, in every folder and with any ending (`nul.txt`). */
const DEVICE = /^(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])\s*(?:[.:].*)?$/i;

/**
 * The device of Windows that a path means there, in capitals; undefined for a file.
 *
 * @param path `nul`, `NUL:`, `C:\temp\con.txt`, `\\.\NUL`
 */
export function windowsDevice(path: string): string | undefined {
  return DEVICE.exec(lastName(path))?.[1]?.toUpperCase();
}

/** True for NUL itself: what is written there is discarded. With an ending, a file was meant. */
export function isNul(path: string): boolean {
  return /^NUL[\s:]*$/i.test(lastName(path));
}

function lastName(path: string): string {
  return (
    path
      .replace(/^[a-z]:(?=[^\\/]*$)/i, '')
      .split(/[\\/]/)
      .at(-1) ?? ''
  );
}
