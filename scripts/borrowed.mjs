// Runs a tool from packages that are not installed here: npm fetches them temporarily.
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'

/** Runs `command` of these packages (`name@version`) on this terminal. Returns its exit status. */
export function runBorrowed(packages, command, args) {
  // Run it in another folder, because here npm would use the installed packages, which lack a part or have another version.
  const elsewhere = tmpdir()
  const wanted = packages.map(name => `--package=${name}`)
  const npm = ['exec', '--yes', '--include=optional', `--prefix=${elsewhere}`, ...wanted, '--', command, ...args]
  // On Windows npm is a script, which only a shell can start.
  const shell = process.platform === 'win32'
  return spawnSync('npm', npm, { stdio: 'inherit', cwd: elsewhere, shell }).status ?? 1
}
