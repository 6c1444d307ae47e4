import { usage } from '../base/error.ts'

/** Parses the port of a server; with 0 the system chooses a free one. */
export function parsePort(port: number | string, flag: string): number {
  if (/^\d{1,5}$/.test(String(port)) && Number(port) <= 65_535) return Number(port)
  throw usage(
    `${flag} cannot be "${port}": a port is a number from 0 to 65535`,
    `write ${flag} 9000, or ${flag} 0 for a free one`,
  )
}
