import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { ROOT, start, type Child, type StartOptions } from './child.ts'
import type { Host } from './namespace.ts'

/** Mounts each file over the machine's own, for one process and its children. */
const MOUNT = `for file in hosts resolv.conf nsswitch.conf; do mount --bind "$0/$file" "/etc/$file" || exit 99; done; exec "$@"`

const HOSTS_LENGTH = 4096

/**
 * The configuration of name resolution for processes of a host: lines of /etc/hosts, and a name server at 127.0.0.1 of that host. The
 * machine's files are unchanged.
 */
export class Names {
  readonly #folder = mkdtempSync(join(tmpdir(), 'udptool-names-'))
  readonly #host: Host

  constructor(host: Host, hosts: Readonly<Record<string, readonly string[]>> = {}) {
    this.#host = host
    onTestFinished(() => rmSync(this.#folder, { recursive: true, force: true }))
    this.set(hosts)
    writeFileSync(join(this.#folder, 'resolv.conf'), 'nameserver 127.0.0.1\n')
    writeFileSync(join(this.#folder, 'nsswitch.conf'), 'hosts: files dns\n')
  }

  /** Replaces the names, also for processes that run. */
  set(hosts: Readonly<Record<string, readonly string[]>>): void {
    const lines = Object.entries(hosts).flatMap(([name, addresses]) => addresses.map(address => `${address} ${name}\n`))
    // The same file, because it is mounted over another, and never a shorter one, so that no lookup reads it half written.
    const file = openSync(join(this.#folder, 'hosts'), constants.O_WRONLY | constants.O_CREAT)
    writeSync(file, lines.join('').padEnd(HOSTS_LENGTH, '\n'), 0)
    closeSync(file)
  }

  /** Starts udptool on that host with this configuration. */
  udptool(args: readonly string[], options: StartOptions = {}): Child {
    const command = [
      'unshare',
      '-m',
      'sh',
      '-c',
      MOUNT,
      this.#folder,
      process.execPath,
      `${ROOT}bin/udptool.js`,
      ...args,
    ]
    return start('ip', ['netns', 'exec', this.#host.name, ...command], options)
  }
}
