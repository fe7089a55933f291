/** Addresses that a client or its tokens are trusted from. */
import { BlockList, isIP } from 'node:net';

/** True for one of these addresses or networks (`10.0.0.0/16`), and where none are named. */
export function isTrusted(trusted: readonly string[] | undefined, address: string): boolean {
  if (trusted === undefined) return true;
  const list = new BlockList();
  for (const range of trusted) {
    const [net = '', prefix] = range.split('/');
    const family = isIP(net) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(net, family);
    else list.addSubnet(net, Number(prefix), family);
  }
  return isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
