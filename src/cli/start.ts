import { lacksDescriptors, NO_DESCRIPTORS, RAISE_DESCRIPTORS } from '../base/no-descriptors.ts'

/**
 * Loads the command line and runs it. This file has almost no imports, because everything else may fail to load, for example with few file
 * descriptors: Node opens the files of a program in parallel.
 */
export async function start(argv: readonly string[]): Promise<void> {
  try {
    const { main } = await import('./main.ts')
    await main(argv)
  } catch (error) {
    const stack = argv.includes('--debug') && error instanceof Error ? `${error.stack ?? ''}\n` : ''
    process.stderr.write(`udptool: ${describe(error)}\n${stack}`)
    // The value of EXIT.cannotRun (docs/exit-codes.md), whose module may be the one that failed to load.
    process.exitCode = 3
  }
}

function describe(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (lacksDescriptors(code))
    return `cannot read its own program: ${NO_DESCRIPTORS} (${String(code)}) — ${RAISE_DESCRIPTORS}`
  const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return `cannot run: ${first} — run it again with --debug to see where`
}
