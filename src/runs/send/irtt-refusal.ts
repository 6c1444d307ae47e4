import { formatAddress, type Address } from '../../base/address.ts'
import { counted } from '../../base/counted.ts'
import { errnoName } from '../../base/errno.ts'
import { UdptoolError } from '../../base/error.ts'
import { toMs } from '../../base/nanos.ts'
import type { IrttRefusal } from '../../facts/irtt.ts'
import type { RunFacts } from '../../facts/run.ts'

/** The operation of the error. */
export const OPEN_SESSION = 'open a session of irtt with'

/** The error of a run that sent no probe because no session was opened. Undefined: it was not refused. */
export function irttRefusal({ irtt }: RunFacts, target: Address): UdptoolError | undefined {
  if (irtt?.refused === undefined) return undefined
  const address = formatAddress(target)
  const { reason, granted = 0, errno } = irtt.refused
  const error = errno === undefined ? '' : ` (${errnoName(errno)})`
  const [message, hint] = words(reason, granted, error, address, target.port)
  return new UdptoolError('refused', message, { operation: OPEN_SESSION, address, hint })
}

function words(
  reason: IrttRefusal['reason'],
  granted: number,
  error: string,
  address: string,
  port: number,
): readonly [message: string, hint: string] {
  switch (reason) {
    case 'silence':
      return [
        `${address} did not answer any request to open an irtt session${error}`,
        `check that an irtt server listens there (udptool serve --irtt ${port}), and that both ends have the same key (--irtt-key-file) or none: such a server refuses a wrong key, a parameter it does not allow, and everything else by silence`,
      ]
    case 'unreachable':
      return [
        `an ICMP error answered the request to open an irtt session with ${address}${error}`,
        `check that an irtt server listens there: udptool serve --irtt ${port}`,
      ]
    case 'echoed':
      return [
        `${address} is no irtt server: it returned the request to open a session`,
        'write the port of the irtt server, 2112 unless it chose another; for an echo server leave out --protocol irtt',
      ]
    case 'length':
      return [
        `the irtt server ${address} grants ${counted(granted, 'byte')} for each datagram, not the size of this run`,
        `write --size ${granted}, or raise the limit of the server`,
      ]
    default:
      return [
        `the irtt server ${address} grants one probe every ${toMs(granted)}ms, not the interval of this run`,
        `write --interval ${toMs(granted)}ms, or lower the limit of the server`,
      ]
  }
}
