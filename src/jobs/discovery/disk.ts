import { readdir, readFile, stat } from 'node:fs/promises'
import { UdptoolError } from '../../base/error.ts'
import { decodeText } from '../../base/text-encoding.ts'
import { fileErrorReason } from '../../runs/file-error.ts'
import { fileStamp } from '../../runs/file-stamp.ts'
import { configFault } from '../../runs/read-file.ts'

/** Files and folders, as a source of targets uses them. */
export interface Disk {
  /** The names in a folder. Rejects with a `file` error. */
  list(folder: string): Promise<readonly string[]>
  /** A text that differs after each change of a file or of what its links lead to. Undefined if there is no such file. */
  stamp(path: string): Promise<string | undefined>
  /** Rejects with a `file` error. */
  read(path: string): Promise<string>
}

/** The files of this host. */
export const DISK: Disk = {
  async list(folder) {
    try {
      return await readdir(folder)
    } catch (cause) {
      throw fileError(folder, cause)
    }
  },

  async stamp(path) {
    try {
      return fileStamp(await stat(path, { bigint: true }))
    } catch {
      return undefined
    }
  },

  async read(path) {
    let bytes
    try {
      const fault = configFault(await stat(path))
      if (fault !== undefined) throw refused(path, fault)
      bytes = await readFile(path)
    } catch (cause) {
      throw cause instanceof UdptoolError ? cause : fileError(path, cause)
    }
    return decodeText(bytes, path)
  },
}

function fileError(path: string, cause: unknown): UdptoolError {
  return new UdptoolError('file', `cannot read ${path}: ${fileErrorReason(cause)}`, { address: path, cause })
}

function refused(path: string, reason: string): UdptoolError {
  return new UdptoolError('file', `cannot read ${path}: ${reason}`, { address: path })
}
