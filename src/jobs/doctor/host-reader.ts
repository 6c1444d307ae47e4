import { readdirSync, readFileSync } from 'node:fs'
import { readKernelCounters, type Counters } from '../../engine/kernel-counters.ts'
import { localAddresses } from '../../engine/local-addresses.ts'

export interface InterfaceAddress {
  readonly name: string
  readonly address: string
  readonly family: 'IPv4' | 'IPv6'
  readonly internal: boolean
}

/** What the doctor can see of a host. Every `undefined` is something that this system does not show. */
export interface HostReader {
  readonly platform: string
  /** The text of a file in /proc or /sys, without its last line end. */
  read(file: string): string | undefined
  /** The names in a folder; none where there is none. */
  list(folder: string): readonly string[]
  /** Undefined where they are not listed. */
  addresses(): readonly InterfaceAddress[] | undefined
  counters(): Counters
}

/** This very host. */
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

/** The number that a file holds, if it holds one. */
export function readCount(host: HostReader, file: string): number | undefined {
  const text = host.read(file)
  return text !== undefined && /^-?\d+$/u.test(text) ? Number(text) : undefined
}

/** The value of a kernel setting by its name in sysctl(8): `net.core.rmem_max`. */
export function readSetting(host: HostReader, name: string): number | undefined {
  return readCount(host, `/proc/sys/${name.replaceAll('.', '/')}`)
}
