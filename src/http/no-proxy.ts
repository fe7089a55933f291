import { defined } from '../domain/defined.ts';
import { BlockList, isIP } from 'node:net';

/** Which servers NO_PROXY names. */
interface Bypass {
  /** True: the server is asked directly. */
  readonly direct: boolean;
  /** Entries that can match no server. */
  readonly ignored: readonly string[];
}

/**
 * Reads NO_PROXY for one server. Entries are separated by commas or blanks: a host, a domain
 * (`.corp.local`, `*.corp.local`: its hosts and itself), an IP address, a range of addresses
 * (`10.0.0.0/8`), each but the last with a port if need be, or `*`. As everywhere, an address
 * matches a URL with that address, and not a host name behind which it is.
 */
export function readNoProxy(value: string, { protocol, hostname, port }: URL): Bypass {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const server = { host, port: port || (protocol === 'https:' ? '443' : '80') };
  const ignored: string[] = [];
  let direct = false;
  for (const entry of value.split(/[,\s]+/)) {
    if (entry === '') continue;
    const isMatch = matches(entry.toLowerCase(), server);
    if (isMatch === undefined) ignored.push(entry);
    else direct ||= isMatch;
  }
  return { direct, ignored };
}

interface Server {
  readonly host: string;
  readonly port: string;
}

/** Undefined for an entry that makes no sense. */
function matches(entry: string, { host, port }: Server): boolean | undefined {
  if (entry === '*') return true;
  const range = /^([^/]+)\/(\d+)$/.exec(entry);
  if (range !== null) return isInRange(host, range[1] ?? '', Number(range[2]));
  const { name, port: onlyPort = port } = split(entry);
  const domain = name.replace(/^\*?\./, '');
  if (domain === '' || /[/*]/.test(domain)) return undefined;
  if (onlyPort !== port) return false;
  if (isIP(domain) > 0) return isInRange(host, domain, isIP(domain) === 4 ? 32 : 128);
  return host === domain || host.endsWith(`.${domain}`);
}

/** Host and port of an entry; an IPv6 address with a port is in brackets. */
function split(entry: string): { name: string; port?: string } {
  if (isIP(entry) > 0) return { name: entry };
  const [, bracketed, plain, port] = /^(?:\[(.*)\]|(.*?))(?::(\d+))?$/.exec(entry) ?? [];
  return { name: bracketed ?? plain ?? entry, ...defined({ port }) };
}

/** Undefined if there is no such range. */
function isInRange(host: string, network: string, bits: number): boolean | undefined {
  const version = isIP(network);
  if (version === 0 || bits > (version === 4 ? 32 : 128)) return undefined;
  if (isIP(host) === 0) return false;
  const range = new BlockList();
  range.addSubnet(network, bits, version === 4 ? 'ipv4' : 'ipv6');
  return range.check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6');
}
