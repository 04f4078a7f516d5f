/** The orders, one JSON file each: in your shop this is the database. */

import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Order {
  id: string;
  email: string;
  cents: number;
  card: string;
  placedAt: string;
  state: 'placed' | 'paid' | 'declined' | 'shipped';
  parcel?: string;
}

export class Orders {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async put(order: Order): Promise<Order> {
    await mkdir(this.#directory, { recursive: true });
    // Readers find the old file or the new one, never half of one.
    const half = join(this.#directory, `${order.id}.${process.pid}.half`);
    await writeFile(half, JSON.stringify(order));
    await rename(half, this.#path(order.id));
    return order;
  }

  async get(id: string): Promise<Order | null> {
    try {
      return JSON.parse(await readFile(this.#path(id), 'utf8')) as Order;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  async change(id: string, change: Partial<Order>): Promise<Order> {
    const order = await this.get(id);
    if (!order) throw new Error(`there is no order ${id}`);
    return this.put({ ...order, ...change });
  }

  async all(): Promise<Order[]> {
    const names = await readdir(this.#directory).catch(() => []);
    const ids = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
    const orders = await Promise.all(ids.map((id) => this.get(id)));
    return orders.filter((order) => order !== null);
  }

  #path(id: string): string {
    return join(this.#directory, `${id}.json`);
  }
}
