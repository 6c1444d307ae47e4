import { ROOT, start } from './child.ts'
import { requireTool } from './tools.ts'

const READERS = `${ROOT}test/helpers/peers/reports.py`

/** The content of a report as a Python reader reads it (peers/reports.py). Throws with the reader's error. */
export async function readReport<Read>(format: 'junit' | 'csv' | 'github' | 'prometheus', text: string): Promise<Read> {
  const child = start('python3', ['-B', '-S', READERS, format], { stdin: 'socket' })
  child.write(text)
  child.end()
  const { code, stdout, stderr } = await child.finished
  if (code !== 0) throw new Error(`${format} cannot be read: ${stderr}`)
  return JSON.parse(stdout) as Read
}

/** The errors of xmllint for a JUnit document by fixtures/reports/junit.xsd. Empty if there is none, undefined without xmllint. */
export async function junitFaults(text: string): Promise<string | undefined> {
  if (!requireTool('xmllint')) return undefined
  const child = start('xmllint', ['--noout', '--schema', `${ROOT}fixtures/reports/junit.xsd`, '-'], { stdin: 'socket' })
  child.write(text)
  child.end()
  const { code, stderr } = await child.finished
  return code === 0 ? '' : stderr
}
