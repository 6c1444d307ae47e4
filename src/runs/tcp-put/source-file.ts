import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { UdptoolError } from '../../base/error.ts'
import { asyncDispose } from '../async-dispose.ts'
import { fileErrorReason } from '../file-error.ts'

/** Read size: large enough to keep a fast network busy. */
const PIECE = 256 * 1024

/** A file to send. Its size is that at opening, even if it changes later. */
export class SourceFile implements AsyncDisposable {
  readonly path: string
  readonly size: number
  readonly #file: FileHandle

  private constructor(path: string, size: number, file: FileHandle) {
    this.path = path
    this.size = size
    this.#file = file
  }

  /** Rejects with `file` if it cannot be read or is not a regular file. */
  static async open(path: string): Promise<SourceFile> {
    let file
    try {
      file = await open(path, 'r')
      const stat = await file.stat()
      if (stat.isFile()) return new SourceFile(path, stat.size, file)
    } catch (cause) {
      throw fileError(path, fileErrorReason(cause), cause)
    }
    await file.close()
    throw fileError(path, 'it is not a regular file, so its size is unknown')
  }

  /** The content of the file from the start. A piece is valid until the next is requested. Throws `file` if the file has become shorter. */
  async *pieces(): AsyncGenerator<Uint8Array, void> {
    const buffer = new Uint8Array(PIECE)
    for (let at = 0; at < this.size;) {
      const { bytesRead } = await this.#file.read(buffer, 0, Math.min(PIECE, this.size - at), at)
      if (bytesRead === 0) throw fileError(this.path, 'it became shorter while it was sent')
      yield buffer.subarray(0, bytesRead)
      at += bytesRead
    }
  }

  /** The SHA-256 digest of the content, in hexadecimal. `onProgress` gets the number of bytes read. */
  async digest(onProgress: (bytes: number) => void): Promise<string> {
    const hash = createHash('sha256')
    let read = 0
    for await (const piece of this.pieces()) {
      hash.update(piece)
      read += piece.length
      onProgress(read)
    }
    return hash.digest('hex')
  }

  async [asyncDispose](): Promise<void> {
    await this.#file.close()
  }
}

function fileError(path: string, reason: string, cause?: unknown): UdptoolError {
  return new UdptoolError('file', `cannot read ${path}: ${reason}`, { operation: 'read', address: path, cause })
}
