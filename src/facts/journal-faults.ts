import { usage, type UdptoolError } from '../base/error.ts'

const CHANGED = 'the file was cut or changed: take it from its source again'

export function notJournal(): UdptoolError {
  return usage(
    'this is no journal of udptool: its first line is not a journal header',
    'write one with udptool send --journal FILE',
  )
}

export function brokenLine(line: number): UdptoolError {
  return usage(`line ${line} of the journal is not as udptool writes it`, CHANGED)
}

/** @param what as a clause */
export function contradiction(what: string): UdptoolError {
  return usage(`the journal contradicts itself: ${what}`, CHANGED)
}

export function behindEnd(line: number): UdptoolError {
  return usage(`line ${line} of the journal stands behind its end line`, CHANGED)
}
