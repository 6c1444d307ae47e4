import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, start } from './child.ts'
import { temporaryFolder } from './tools.ts'

export interface Shell {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** The content of a file in the script's folder. Undefined if it does not exist. */
  readonly file: (name: string) => string | undefined
}

/**
 * Runs a bash script, with pipefail, in a temporary folder. `U …` runs udptool, `B … &` runs it in the background. `several 'report a'
 * 'report b'` runs these command lines one after another in one process, and prints `status N` after the output of each. Descriptor 4 is a
 * pipe without a reader. The folder has a check file `fails.yaml`, whose only check fails.
 */
export async function shell(script: string, command: readonly string[] = ['bash', '-c']): Promise<Shell> {
  const folder = temporaryFolder()
  const [program = '', ...args] = command
  const { code, stdout, stderr } = await start(program, [...args, `${PREPARED}\n${script}`], {
    timeoutSeconds: 110,
    env: {
      FOLDER: folder,
      NODE: process.execPath,
      PROGRAM: `${ROOT}bin/udptool.js`,
      SEVERAL_PROGRAM: `${ROOT}test/helpers/several.mjs`,
    },
  }).finished
  const file = (name: string): string | undefined => {
    const path = join(folder, name)
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined
  }
  return { code, stdout, stderr, file }
}

/** The same in a mount namespace where the folder `full` is a file system of `size` bytes. */
export async function shellWithDisk(size: string, script: string): Promise<Shell> {
  return await shell(`mkdir full && mount -t tmpfs -o size=${size} none full\n${script}`, [
    'unshare',
    '-m',
    'bash',
    '-c',
  ])
}

const PREPARED = `
set -o pipefail
cd "$FOLDER"
U() { "$NODE" "$PROGRAM" "$@"; }
export -f U
several() { "$NODE" "$SEVERAL_PROGRAM" "$@" 2>&1 | cat; }
B() { exec "$NODE" "$PROGRAM" "$@"; }
mkfifo gone && exec 3<>gone 4>gone 3>&- && rm gone
cat > fails.yaml <<END
checks:
  - name: fails
    serve: {}
    count: 2
    interval: 1ms
    expect: ["loss>50%"]
END`
