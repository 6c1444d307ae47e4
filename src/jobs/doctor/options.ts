import { usage } from '../../base/error.ts'
import { parseSize } from '../../base/size.ts'
import { LARGEST_PAYLOAD } from '../../base/sizes.ts'
import { inGroup, type LibraryOptions } from '../../options/option.ts'
import { duration, rate } from '../../options/values.ts'

/** The options of `udptool doctor`: the load that buffers must hold. */
export const DOCTOR_OPTIONS = inGroup('Need:', {
  /** Datagrams per second that a program here must receive (`10000pps`). */
  // An ordinary service, or a stream of 100 Mbit/s.
  rate: {
    form: '--rate <rate>',
    about: 'datagrams per second that this host has to receive',
    default: '10000pps',
    parse: rate,
  },
  /** The longest time in which the program does not read (`50ms`): a garbage collection, a busy processor. */
  // A major garbage collection of Node, or a few scheduler time slices under load.
  pause: {
    form: '--pause <duration>',
    about: 'longest time in which the program does not read its socket',
    default: '50ms',
    parse: duration,
  },
  /** Bytes per datagram. */
  // Fits one packet on any path (RFC 8085 section 3.2 assumes 1280 for IPv6).
  size: { form: '--size <bytes>', about: 'payload size in bytes', default: 1200, parse: parsePayloadSize },
})

export type DoctorOptions = LibraryOptions<typeof DOCTOR_OPTIONS>

/** IPv6 allows larger payloads than IPv4. */
const LARGEST = LARGEST_PAYLOAD.udp6

function parsePayloadSize(value: number | string, flag: string): number {
  const size = parseSize(value, flag)
  if (size <= LARGEST) return size
  throw usage(`${flag} cannot be ${size}: UDP carries at most ${LARGEST} bytes`, `write ${flag} 1200`)
}
