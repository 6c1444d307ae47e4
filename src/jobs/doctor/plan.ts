import { bufferCharge } from '../../base/buffer-charge.ts'
import { parseDuration } from '../../base/duration.ts'
import { usage } from '../../base/error.ts'
import { SECOND, toMs } from '../../base/nanos.ts'
import { parseRate } from '../../base/rate.ts'
import { parseSize } from '../../base/size.ts'
import { LARGEST_PAYLOAD } from '../../base/sizes.ts'
import type { DoctorDocument } from '../../verdict/doctor.ts'
import { DOCTOR_DEFAULTS as d, type DoctorOptions } from './options.ts'

export type Need = DoctorDocument['need']

/** Over IPv6, where there is room for more. */
const LARGEST = LARGEST_PAYLOAD.udp6

/** Reads options into what a buffer must hold; throws a `usage` error that says what is wrong. */
export function planNeed(options: DoctorOptions): Need {
  const size = parseSize(options.size ?? d.size, '--size')
  if (size > LARGEST) throw usage(`--size cannot be ${size}: UDP carries at most ${LARGEST} bytes`, 'write --size 1200')
  const { unit, perSecond } = parseRate(options.rate ?? d.rate, '--rate')
  if (unit === 'bits' && size === 0) throw usage('--rate in bits of datagrams without any', 'write --rate 1000pps')
  const rate = unit === 'packets' ? perSecond : perSecond / (8 * size)
  const pause = parseDuration(options.pause ?? d.pause, '--pause')
  const waiting = Math.ceil((rate * pause) / SECOND)
  // The kernel gives twice what SO_RCVBUF asks for, and counts the memory of a datagram (socket(7)).
  return { rate, pauseMs: toMs(pause), size, recvBuffer: Math.ceil((waiting * bufferCharge(size)) / 2) }
}
