import { readdirSync, readFileSync } from 'node:fs'
import { readKernelCounters, type Counters } from '../../engine/kernel-counters.ts'
import { localAddresses } from '../../engine/local-addresses.ts'

export interface InterfaceAddress {
  readonly name: string
  readonly address: string
  readonly family: 'IPv4' | 'IPv6'
  readonly internal: boolean
}

/** Reads what the doctor examines. `undefined` means that this system does not show it. */
export interface HostReader {
  readonly platform: string
  /** The text of a file in /proc or /sys, without its last newline. */
  read(file: string): string | undefined
  /** The names in a folder. Empty if it does not exist. */
  list(folder: string): readonly string[]
  /** Undefined if they cannot be listed. */
  addresses(): readonly InterfaceAddress[] | undefined
  counters(): Counters
}

/** Reads this host. */
export function systemReader(): HostReader {
  return {
    platform: process.platform,
    read(file) {
      try {
        return readFileSync(file, 'latin1').trimEnd()
      } catch {
        return undefined
      }
    },
    list(folder) {
      try {
        return readdirSync(folder)
      } catch {
        return []
      }
    },
    addresses() {
      return localAddresses()
    },
    counters: readKernelCounters,
  }
}

/** The number in a file, if it has one. */
export function readCount(host: HostReader, file: string): number | undefined {
  const text = host.read(file)
  return text !== undefined && /^-?\d+$/u.test(text) ? Number(text) : undefined
}

/** A kernel setting by its sysctl(8) name: `net.core.rmem_max`. */
export function readSetting(host: HostReader, name: string): number | undefined {
  return readCount(host, `/proc/sys/${name.replaceAll('.', '/')}`)
}
