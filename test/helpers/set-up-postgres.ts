import type { TestProject } from 'vitest/node';
import { startShared } from './postgres.ts';

/** Starts the PostgreSQL server that all tests share, where it is installed. */
export default async function setup(project: TestProject): Promise<() => void> {
  const { shared, stop } = await startShared();
  project.provide('postgres', shared);
  return stop;
}
