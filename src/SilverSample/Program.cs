using SilverSample;

return CommandLine.Run(args, Console.Out, Console.Error);
