import { usage } from '../base/error.ts'

/** Reads the port of a server; 0 lets the system choose. */
export function parsePort(port: number | string, flag: string): number {
  if (/^\d{1,5}$/.test(String(port)) && Number(port) <= 65_535) return Number(port)
  throw usage(
    `${flag} cannot be "${port}": a port is a number from 0 to 65535`,
    `write ${flag} 9000, or ${flag} 0 for a free one`,
  )
}
