import type { KnipConfig } from 'knip'

/**
 * What nobody uses: `knip` names exports that no other file imports; `knip --production` what the product does not use at all, whatever
 * tests do with it.
 */
export default ({ production = false }: { readonly production?: boolean }): KnipConfig => ({
  entry: [
    '.ci/*.mjs',
    'bench/*.mjs',
    'scripts/*.mjs',
    'src/report/{html,live}/browser/main.ts!',
    // A test bundles it.
    'test/helpers/screen-host.ts',
    // Scripts import these from dist.
    'src/{cli/program,jobs/check/file-schema,jobs/monitor/config-schema,report/manual/man-page}.ts!',
  ],
  project: ['src/**/*.ts!', '{.ci,bench,scripts}/**/*.mjs', 'test/**/*.ts'],
  // AssemblyScript, which its own compiler reads.
  ignore: ['src/engine/kernel/wasm/assembly/**'],
  // A test runs its script.
  ignoreDependencies: ['@arethetypeswrong/cli'],
  // Programs of the system, which tests and lessons run.
  ignoreBinaries: [
    'fish',
    'groff',
    'ip',
    'mkfifo',
    'mount',
    'promtool',
    'systemd-analyze',
    'tshark',
    'umount',
    'unshare',
  ],
  ignoreExportsUsedInFile: production,
})
