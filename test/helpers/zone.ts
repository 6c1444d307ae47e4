import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onCleanup } from './lifetime.ts'
import type { Host } from './namespace.ts'

/** Records by name and type, as zone_server.py has them. */
export type Records = Readonly<Record<string, readonly string[] | null>>

/** The name server of a host, at 127.0.0.1. */
export class Zone {
  readonly #folder = mkdtempSync(join(tmpdir(), 'udptool-zone-'))

  private constructor() {
    onCleanup(() => rmSync(this.#folder, { recursive: true, force: true }))
  }

  static async start(host: Host, records: Records): Promise<Zone> {
    const zone = new Zone()
    zone.set(records)
    await host.peer('zone_server', zone.#file)
    return zone
  }

  get #file(): string {
    return join(this.#folder, 'zone.json')
  }

  /** Replaces all records. */
  set(records: Records): void {
    const written = join(this.#folder, 'new.json')
    writeFileSync(written, JSON.stringify(records))
    // At once, so that no query sees half a file.
    renameSync(written, this.#file)
  }
}
