import type { Options } from './flags.ts'
export async function initCheckFile(target: string, file: string | undefined, options: Options): Promise<number> {
  void [target, file, options]
  return 0
}
