import { ROOT, start } from './child.ts'
import { requireTool } from './tools.ts'

const READERS = `${ROOT}test/helpers/peers/reports.py`

/** What a reader in Python understood of a report, or an error that says why it did not. */
export async function readReport<Read>(format: 'junit' | 'csv' | 'github' | 'prometheus', text: string): Promise<Read> {
  const child = start('python3', ['-B', '-S', READERS, format], { stdin: 'socket' })
  child.write(text)
  child.end()
  const { code, stdout, stderr } = await child.finished
  if (code !== 0) throw new Error(`${format} cannot be read: ${stderr}`)
  return JSON.parse(stdout) as Read
}

/** What xmllint has against a document, by our schema of the common dialect of JUnit; empty if nothing, undefined where it is not there. */
export async function junitFaults(text: string): Promise<string | undefined> {
  if (!requireTool('xmllint')) return undefined
  const child = start('xmllint', ['--noout', '--schema', `${ROOT}fixtures/reports/junit.xsd`, '-'], { stdin: 'socket' })
  child.write(text)
  child.end()
  const { code, stderr } = await child.finished
  return code === 0 ? '' : stderr
}
