// Runs a tool of packages that are not installed here: npm brings them for the moment.
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'

/** Runs `command` of these packages (`name@version`) with the terminal as its own; the status that it ends with. */
export function runBorrowed(packages, command, args) {
  // From another folder: in this one npm would take what is installed here, which lacks a part or is of another version.
  const elsewhere = tmpdir()
  const wanted = packages.map(name => `--package=${name}`)
  const npm = ['exec', '--yes', '--include=optional', `--prefix=${elsewhere}`, ...wanted, '--', command, ...args]
  // On Windows npm is a script, which only a shell starts.
  const shell = process.platform === 'win32'
  return spawnSync('npm', npm, { stdio: 'inherit', cwd: elsewhere, shell }).status ?? 1
}
