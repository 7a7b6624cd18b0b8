import GatehouseServer

Server.main()
