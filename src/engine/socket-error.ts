import { addressFault } from './address-fault.ts'
import { NO_DESCRIPTORS, RAISE_DESCRIPTORS } from '../base/no-descriptors.ts'
import { isError, messageOf } from '../base/thrown.ts'
import { UdptoolError, type ErrorCode } from '../base/error.ts'

const CODES: ReadonlyMap<string, ErrorCode> = new Map<string, ErrorCode>([
  ['EADDRINUSE', 'addressInUse'],
  ['EADDRNOTAVAIL', 'addressUnavailable'],
  ['ENETUNREACH', 'addressUnavailable'],
  ['EHOSTUNREACH', 'addressUnavailable'],
  ['EAFNOSUPPORT', 'addressUnavailable'],
  ['EINVAL', 'addressUnavailable'],
  ['EACCES', 'permission'],
  ['EPERM', 'permission'],
  ['ENOTFOUND', 'resolve'],
  ['EAI_AGAIN', 'resolve'],
])

const REASONS: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'another socket has this port'],
  ['EADDRNOTAVAIL', 'no interface of this host has this address'],
  ['ENETUNREACH', 'there is no route to this network'],
  ['EHOSTUNREACH', 'there is no route to this host'],
  ['EAFNOSUPPORT', 'this host has no such address family'],
  ['EINVAL', 'the kernel finds the address invalid here'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'the kernel forbids it (a firewall rule?)'],
  ['ENOTFOUND', 'the name has no address'],
  ['EAI_AGAIN', 'the name server did not answer'],
  ['EMFILE', `this process has ${NO_DESCRIPTORS}`],
  ['ENFILE', `this system has ${NO_DESCRIPTORS}`],
  ['ENOMEM', 'the kernel is out of memory'],
  ['ENOBUFS', 'the kernel is out of memory for sockets'],
  ['ECONNREFUSED', 'nothing listens there'],
  ['ECONNRESET', 'the other side broke the connection off'],
  ['EPIPE', 'the other side broke the connection off'],
  ['ETIMEDOUT', 'nothing answers there'],
])

const HINTS: ReadonlyMap<string, string> = new Map([
  ['EADDRINUSE', 'choose another port, 0 for a free one, or end the program that has it (ss -tulpn shows it)'],
  ['EADDRNOTAVAIL', 'ip -brief address lists the addresses of this host'],
  ['EACCES', 'ports below 1024 need privilege: choose one from 1024 on'],
  ['ENOTFOUND', 'check the spelling, or give an address'],
  ['EAI_AGAIN', 'check the spelling, or give an address'],
  ['EMFILE', `${RAISE_DESCRIPTORS}, or use fewer --clients`],
  ['ENOMEM', 'free some memory (free -m)'],
  ['EAFNOSUPPORT', 'try -4, or a 127.x address'],
  ['ECONNREFUSED', 'start the server first, or check the port'],
])

/** Hints for errors of sending, which concern the route to the address and not a port. */
const SEND_HINTS: ReadonlyMap<string, string> = new Map(
  ['EACCES', 'EINVAL', 'ENETUNREACH', 'EHOSTUNREACH'].map(name => [
    name,
    'see which route this host has to it (ip route get ADDRESS): none, or one that forbids it',
  ]),
)

/** Converts a system error to a UdptoolError with the operation, the address, the reason and a hint. */
export function socketError(cause: unknown, operation: string, address: string): UdptoolError {
  if (cause instanceof UdptoolError) return cause
  const name = errorName(cause)
  const special = addressFault(name, operation, address)
  const reason = special?.reason ?? REASONS.get(name) ?? messageOf(cause)
  const known = special === undefined && REASONS.get(name) === undefined ? '' : ` (${name})`
  const usual = (operation === 'send to' ? SEND_HINTS.get(name) : undefined) ?? HINTS.get(name)
  const hint = special?.hint ?? usual
  return new UdptoolError(CODES.get(name) ?? 'socket', `cannot ${operation} ${address}: ${reason}${known}`, {
    operation,
    address,
    cause,
    ...(hint === undefined ? {} : { hint }),
  })
}

/** `EADDRINUSE` and the like. Empty if there is none. */
export function errorName(cause: unknown): string {
  return isError(cause) && 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
}

/** The positive errno of a system error. 0 if there is none. */
export function errorNumber(cause: unknown): number {
  return isError(cause) && 'errno' in cause && typeof cause.errno === 'number' ? Math.abs(cause.errno) : 0
}
