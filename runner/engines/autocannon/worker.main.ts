/** Entry of an autocannon load worker. */
