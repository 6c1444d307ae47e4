import { counted } from '../../base/counted.ts'

export function probes(count: number): string {
  return counted(count, 'probe')
}

export function datagrams(count: number): string {
  return counted(count, 'datagram')
}

/** The next power of two in the unit that it is written in: `8MiB`, `512KiB`. */
export function roundSize(bytes: number): string {
  const power = Math.max(16, Math.ceil(Math.log2(bytes)))
  return power < 20 ? `${2 ** (power - 10)}KiB` : `${2 ** (power - 20)}MiB`
}
