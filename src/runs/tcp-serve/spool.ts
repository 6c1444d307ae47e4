import { randomBytes } from 'node:crypto'
import { open, unlink, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Bytes that are kept in memory: the size of a pipe on Linux (pipe(7)). More goes to a file. */
const IN_MEMORY = 64 * 1024

/** The room that all spools share. */
export class SpoolRoom {
  readonly most: number
  #left: number

  constructor(most: number) {
    this.most = most
    this.#left = most
  }

  get left(): number {
    return this.#left
  }

  /** Reserves room, or releases it for a negative number. */
  take(bytes: number): void {
    this.#left -= bytes
  }
}

/**
 * Data that is written first and read afterwards, because its length must be known first. A short one stays in memory. A long one is in a
 * file without a name, which is gone when it is closed or the process ends.
 */
export class Spool {
  readonly #pieces: Uint8Array[] = []
  readonly #room: SpoolRoom
  #file: FileHandle | undefined
  #size = 0

  constructor(room = new SpoolRoom(Infinity)) {
    this.#room = room
  }

  get size(): number {
    return this.#size
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#size += bytes.length
    this.#room.take(bytes.length)
    if (this.#file === undefined && this.#size <= IN_MEMORY) {
      this.#pieces.push(bytes)
      return
    }
    if (this.#file === undefined) {
      this.#file = await openNameless()
      for (const piece of this.#pieces.splice(0)) await this.#file.writeFile(piece)
    }
    await this.#file.writeFile(bytes)
  }

  /** All that was written, in pieces of at most 64 KiB. */
  async *read(): AsyncGenerator<Uint8Array, void> {
    yield* this.#pieces
    if (this.#file === undefined) return
    for (let at = 0; at < this.#size;) {
      const { bytesRead, buffer } = await this.#file.read(new Uint8Array(IN_MEMORY), 0, IN_MEMORY, at)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
      at += bytesRead
    }
  }

  async close(): Promise<void> {
    this.#room.take(-this.#size)
    this.#size = 0
    await this.#file?.close()
  }
}

async function openNameless(): Promise<FileHandle> {
  const path = join(tmpdir(), `udptool-${randomBytes(12).toString('hex')}`)
  const file = await open(path, 'wx+', 0o600)
  await unlink(path)
  return file
}
