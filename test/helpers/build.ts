import { execFileSync } from 'node:child_process';

/** The end-to-end tests run the built program, which has to be the source's. */
export function setup(): void {
  execFileSync(process.execPath, ['esbuild.config.mjs'], { stdio: 'inherit' });
}
